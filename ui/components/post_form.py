"""A form that the browser itself sends to the server: what is typed reaches no address and no script of the app."""

from __future__ import annotations

from ui.components.mount import register

_mount = register(
    "post_form",
    """<form class="post" method="post">
  <label><span></span><input maxlength="200" autocomplete="off" required></label>
  <button></button>
</form>""",
    shared_styles=["button"],
)


def post_form(field: str, button: str, *, label: str = "", key: str) -> None:
    """Show the form; once sent, the whole page is another. `ui.cookie_forms` answers it.

    Args:
        field: Name of what is sent, as `cookie_forms` knows it.
        label: Of a box in which a secret is typed; without it there is the button alone.
    """
    _mount(key=key, data={"field": field, "label": label, "button": button})
