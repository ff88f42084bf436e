"""The table and the plot of a run."""

import html


def number(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def cell(figures):
    """Median, with the least and the most where there were several runs."""
    median, least, most = figures
    return number(median) if least == most else f"{number(median)} ({number(least)}–{number(most)})"


def table(rows):
    """Rows of (name, {column: (median, least, most) or text})."""
    columns = list(dict.fromkeys(column for _, row in rows for column in row))
    lines = ["| | " + " | ".join(columns) + " |", "|---|" + "---:|" * len(columns)]
    for name, row in rows:
        cells = [row.get(column, "") for column in columns]
        lines.append(f"| {name} | " + " | ".join(one if isinstance(one, str) else cell(one) for one in cells) + " |")
    return "\n".join(lines) + "\n"


def plot(title, unit, rows):
    """Bars with a line from the least to the most; legible on light and on dark. Rows of (name, (median, least, most))."""
    left, width, height = 300, 420, 26
    most = max(figures[2] for _, figures in rows) or 1
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 110} {len(rows) * height + 40}" role="img" '
             f'font-family="system-ui, sans-serif" font-size="13"><title>{html.escape(title)}</title>'
             f'<text x="0" y="18" fill="#808080" font-weight="600">{html.escape(title)} ({html.escape(unit)})</text>']
    for place, (name, (median, low, high)) in enumerate(rows):
        y = 32 + place * height
        x = lambda value: left + width * value / most
        color = "#c2571a" if name.startswith("mainstay") else "#808890"
        parts.append(f'<text x="{left - 8}" y="{y + 14}" text-anchor="end" fill="#808080">{html.escape(name)}</text>'
                     f'<rect x="{left}" y="{y}" width="{x(median) - left:.1f}" height="{height - 8}" rx="3" fill="{color}"/>'
                     f'<path d="M{x(low):.1f} {y + 9}H{x(high):.1f}" stroke="#808080" stroke-width="2"/>'
                     f'<text x="{x(high) + 8:.1f}" y="{y + 14}" fill="#808080">{number(median)}</text>')
    return "".join(parts) + "</svg>\n"
