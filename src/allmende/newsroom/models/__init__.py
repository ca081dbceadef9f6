"""The newsroom's nouns.

Page            Wagtail's base page, swapped in before the first migration
FrontPage       what readers see first; the editor places stories in its slots
SectionPage, DossierPage, InfoPage, ArticleIndex, Article
Author, Topic   snippets: bylines and subjects, each with a page of its own
Picture, Download   files with credit, alternative text, licence, expiry
Announcement    an article that readers know of before it is live
ArticleAddress  every address an article ever had; (number, slug) is unique in the database
Ticker          an article that grows; TickerEntry: (ticker, place) is unique in the database
MovedAddress    an address of an older system, and where it leads
Counter         gives article numbers and places in listings, never one twice
ListingEntry    an article's fixed place in a listing; (listing, place) is unique in the database
Unready         an article that lacks what readers would miss: held back, or live from elsewhere
SearchEntry     an article as the search sees it; DraftEntry: its draft, for staff alone;
                SearchWord: a word that the paper has used
BulkChange      what was done to many articles, so that it can be taken back; BinnedArticle
"""

from allmende.newsroom.models.addresses import ArticleAddress, MovedAddress
from allmende.newsroom.models.announcements import Announcement
from allmende.newsroom.models.article import Article, Byline, Correction, RelatedArticle
from allmende.newsroom.models.authors import Author, Topic
from allmende.newsroom.models.counters import Counter
from allmende.newsroom.models.files import Download, Picture, Rendition
from allmende.newsroom.models.fronts import (
    ArticleIndex,
    DossierPage,
    FrontPage,
    FrontStory,
    InfoPage,
    SectionPage,
)
from allmende.newsroom.models.listings import ListingEntry
from allmende.newsroom.models.page import Page
from allmende.newsroom.models.search import DraftEntry, SearchEntry, SearchWord
from allmende.newsroom.models.taking_back import BinnedArticle, BulkChange
from allmende.newsroom.models.tickers import Ticker, TickerEntry
from allmende.newsroom.models.unready import Unready

__all__ = [
    "Announcement",
    "Article",
    "ArticleAddress",
    "ArticleIndex",
    "Author",
    "BinnedArticle",
    "BulkChange",
    "Byline",
    "Correction",
    "Counter",
    "DossierPage",
    "Download",
    "DraftEntry",
    "FrontPage",
    "FrontStory",
    "InfoPage",
    "ListingEntry",
    "MovedAddress",
    "Page",
    "Picture",
    "RelatedArticle",
    "Rendition",
    "SearchEntry",
    "SearchWord",
    "SectionPage",
    "Ticker",
    "TickerEntry",
    "Topic",
    "Unready",
]
