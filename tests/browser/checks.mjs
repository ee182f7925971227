// What every view must meet, whoever looks at it.

/** The narrowest screen, in CSS pixels (WCAG 2.2, 1.4.10 Reflow). */
export const NARROWEST = 320;

/** The least height of what a finger presses, in CSS pixels. */
const TARGET = 48;

const AXE = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  rules: { 'color-contrast-enhanced': { enabled: true } }, // 7:1
};

/**
 * Violations of accessibility rules, one line each.
 * @param {import('playwright-core').Page} page
 */
export async function violations(page) {
  // What the navigation at the foot of the screen covers just now comes out from under it: at the end it covers nothing.
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  const found = await page.evaluate((options) => /** @type {any} */ (window).axe.run(document, options), AXE);
  await page.evaluate(() => window.scrollTo(0, 0));
  return found.violations.map(
    (one) => `${one.id}: ${one.help}: ${one.nodes.map((node) => node.target.join(' ')).slice(0, 3).join(', ')}`,
  );
}

/**
 * What does not fit: the page itself, or an element whose content is wider or higher than it shows.
 * @param {import('playwright-core').Page} page
 */
export function overflows(page) {
  return page.evaluate(() => {
    const name = (element) => {
      const words = (element.textContent ?? '').trim().slice(0, 20);
      return `${element.tagName.toLowerCase()}.${[...element.classList].join('.')} 「${words}」`;
    };
    const cuts = (style, axis) => ['hidden', 'clip'].includes(style[`overflow${axis}`]);
    const isHidden = (element, style) =>
      element.closest('.hidden-text, .skip, svg, [hidden]') || style.display === 'inline' || style.position === 'absolute';
    const found = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} wide in ${root.clientWidth}`);
    for (const element of document.body.querySelectorAll('*')) {
      const style = getComputedStyle(element);
      if (isHidden(element, style) || element.clientWidth === 0) continue;
      const wide = element.scrollWidth > element.clientWidth + 1 && !['INPUT', 'TEXTAREA'].includes(element.tagName);
      // Of an input some browsers count the border in; it has one line.
      const line = Number.parseFloat(style.lineHeight) + Number.parseFloat(style.paddingTop) + Number.parseFloat(style.paddingBottom);
      const height = element.tagName === 'INPUT' && !Number.isNaN(line) ? line : element.scrollHeight;
      const high = height > element.clientHeight + 1 && cuts(style, 'Y');
      if (wide || high) {
        const shown = `${element.clientWidth}×${element.clientHeight}`;
        found.push(`${name(element)} needs ${element.scrollWidth}×${element.scrollHeight}, shows ${shown}`);
      }
    }
    return found.slice(0, 8);
  });
}

/**
 * What is too small for a finger.
 * @param {import('playwright-core').Page} page
 */
export function smallTargets(page) {
  return page.evaluate((least) => {
    const controls = 'button, a.button, select, textarea, summary, input:not([type=hidden], [type=radio], [type=checkbox], [type=file]), label.check, .pick label';
    const small = [...document.querySelectorAll(controls)].filter((element) => {
      const { width, height } = element.getBoundingClientRect();
      return width > 0 && height < least - 0.5;
    });
    return small.slice(0, 5).map((element) => {
      const height = Math.round(element.getBoundingClientRect().height);
      return `${element.tagName.toLowerCase()} 「${(element.textContent ?? '').trim().slice(0, 20)}」 is ${height} high`;
    });
  }, TARGET);
}
