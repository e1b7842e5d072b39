"""Whether the text of a drawn figure can be read."""

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from ai_lifecycle import style


def legible(drawn, fewest):
    """Every text is large enough, inside the page and on no other; at least `fewest` of them."""
    canvas = FigureCanvasAgg(drawn)
    canvas.draw()
    renderer, page, boxes = canvas.get_renderer(), drawn.bbox, []
    for text in drawn.findobj(Text):
        if not text.get_text().strip() or not text.get_visible():
            continue
        assert text.get_fontsize() >= style.SMALLEST_TEXT_POINTS, text.get_text()
        box = text.get_window_extent(renderer)
        if box.width == 0 or not (page.y0 <= box.y0 <= page.y1):
            continue
        assert box.x0 >= page.x0 - 1, text.get_text()
        assert box.x1 <= page.x1 + 1, text.get_text()
        boxes.append((box.shrunk(0.96, 0.6), text.get_text()))
    assert len(boxes) >= fewest
    for index, (box, words) in enumerate(boxes):
        for other, others in boxes[index + 1 :]:
            assert not box.overlaps(other), (words, others)
