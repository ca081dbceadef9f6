"""The search: one way to read words, two engines that keep them, the same answers from both.

words      text -> tokens -> stems (no database)
asking     what somebody typed -> a question that is never wrong
compounds  a word's compounds, by the words that the paper has used
index      articles -> rows, in the transaction of their publication
engines    FTS5 and GIN: the newest places of a question
finding    the answer: newest first or by relevance, a page at a time
ranking    how well an article answers
lines      what is shown of each
excerpts   the place in the text that answers, marked
"""

from allmende.newsroom.search.finding import staff

__all__ = ["staff"]
