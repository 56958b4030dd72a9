"""The pictures: a map and a timeline, each as SVG drawn on the server and as a Plotly figure that may replace it.

Everything here is a pure function of plain rows (no ORM, no request, no clock), and holds no colour and no markup:
the templates under templates/includes draw the rows, the stylesheet colours them.
"""
