"""The bakery: from published content to files.

ingredients   what a rendering read           page_types   which pages there are
orders        what changed, as a queue        bake         from an order to files in place
store         where files lie                 serve        files to readers, without Django
"""
