"""What the two Plotly figures share: checked by plotly.py, sent as plain lists, coloured by the script in the page."""

from collections.abc import Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go


def checked(data: Sequence[dict[str, Any]], layout: dict[str, Any]) -> dict[str, Any]:
    """The figure as a dictionary for json_script, with no template. Raises ValueError for what Plotly would ignore."""
    figure = go.Figure(data=list(data), layout=layout)
    figure.layout.template = None
    return figure.to_plotly_json()


def plain(text: str) -> str:
    """Text that Plotly, which reads a little HTML, shows as it is."""
    return escape(text, quote=False)
