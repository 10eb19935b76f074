"""What a browser finds wrong with a page: accessibility by axe, requests, and scrolling sideways."""

from axe_playwright_python.sync_playwright import Axe

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
ROOT = "document.documentElement"


def open_page(browser, path, *, width=1280, height=900, **settings):
    """A page in a window of its own."""
    page = browser.new_page(viewport={"width": width, "height": height}, **settings)
    page.goto(path.as_uri())
    return page


def faults_in(browser, path, *, width):
    """What is wrong with a page, all unfolded, at a width of the window: a line per fault."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    beyond = page.evaluate(f"{ROOT}.scrollWidth - {ROOT}.clientWidth")
    options = {"runOnly": {"type": "tag", "values": list(TAGS)}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response
    page.close()
    faults = [f"{one['id']}: {one['nodes'][0]['html'][:300]}" for one in found["violations"]]
    faults += [f"asks for {url}" for url in asked if not url.startswith(("file:", "data:"))]
    if beyond > 0:
        faults.append(f"scrolls {beyond} px sideways")
    return [f"{path.name} at {width} px: {fault}" for fault in faults]
