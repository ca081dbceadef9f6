"""What the store refuses."""


class StoreError(Exception):
    """The store could not do what was asked; what readers get is what they got before.

    StoreError          the file system refused, in its own words
    ├── StoreFull       no space, quota or allowed file size left
    ├── BadPath         a path that must not be served, or cannot be
    ├── BadTarget       a redirect that leads nowhere
    └── WrongType       a content type that servers would not give a file of this name
    """


class StoreFull(StoreError):
    pass


class BadPath(StoreError, ValueError):
    pass


class BadTarget(StoreError, ValueError):
    pass


class WrongType(StoreError, ValueError):
    pass
