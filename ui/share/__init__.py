"""The Share page: links that carry settings, and lessons made of them."""
