"""What a browser finds wrong with a page: accessibility by axe, requests, and scrolling sideways."""

from axe_playwright_python.base import AXE_SCRIPT

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
OPTIONS = {"runOnly": {"type": "tag", "values": list(TAGS)}, "resultTypes": ["violations"]}
ROOT = "document.documentElement"
WITHOUT_REPEATS = r"""() => {
    document.querySelectorAll('svg > :not(title)').forEach(part => part.remove());
    for (const body of document.querySelectorAll('tbody')) {
        const seen = {};
        for (const row of [...body.rows]) {
            const kind = row.outerHTML.replace(/>[^<]+/g, '>.').replace(/\d+/g, '');
            seen[kind] = (seen[kind] || 0) + 1;
            if (seen[kind] > 2) row.remove();
        }
    }
}"""  # two rows of each kind are left: axe would look at thousands of cells that differ in words alone


def open_page(browser, path, *, width=1280, height=900, **settings):
    """A page in a window of its own."""
    page = browser.new_page(viewport={"width": width, "height": height}, **settings)
    page.goto(path.as_uri())
    return page


DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"  # at that width
PHONE, TABLET = 360, 640  # pixels: between these nothing of a table lies off the screen
CUT = """[...document.querySelectorAll(".region")].filter(one => one.scrollWidth > one.clientWidth)
    .map(one => one.innerText.slice(0, 60))"""


def faults_in(browser, path, *widths, axe=True):
    """What is wrong with a page, all unfolded, at some widths of the window: a line per fault."""
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    faults = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        beyond = page.evaluate(f"{ROOT}.scrollWidth - {ROOT}.clientWidth")
        if beyond > 0:
            faults.append(f"{width}: scrolls {beyond} px sideways")
        if PHONE <= width <= TABLET:
            faults += [f"{width}: {told} scrolls sideways" for told in page.evaluate(CUT)]
    page.evaluate(WITHOUT_REPEATS)
    if axe:
        page.evaluate(AXE_SCRIPT)
    for width in widths if axe else ():
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(DRAWN)
        found = page.evaluate("options => axe.run(options).then(found => found.violations)", OPTIONS)
        faults += [f"{width}: {one['id']}: {one['nodes'][0]['html'][:300]}" for one in found]
    page.close()
    faults += [f"asks for {url}" for url in asked if not url.startswith(("file:", "data:"))]
    return [f"{path.name}: {fault}" for fault in faults]
