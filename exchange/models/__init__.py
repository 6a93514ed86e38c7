from .feed import CodeMeaning, Feed, FeedKind, Layout, LayoutColumn

__all__ = ["CodeMeaning", "Feed", "FeedKind", "Layout", "LayoutColumn"]
