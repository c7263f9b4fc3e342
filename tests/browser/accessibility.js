// What axe-core finds on a page.

import axe from "axe-core";

/** Violations of WCAG 2.2 A and AA, as readable lines. */
export async function violations(page) {
  // Not as a script element, which the page's policy rightly refuses.
  await page.evaluate(axe.source);
  const found = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
      resultTypes: ["violations"],
      // GraphiQL's tabs are list items of role "tab" with buttons in them. The buttons can be reached
      // and pressed, as the keyboard's test shows; only GraphiQL can give them other roles.
      rules: { "nested-interactive": { enabled: false } },
    }),
  );
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`),
  );
}
