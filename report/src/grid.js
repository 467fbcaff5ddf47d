// What a screen reader is told of the table: its name, how many rows there are, and which one it is at. Tabulator
// keeps in the page only those on the screen.
//
// SPDX-License-Identifier: GPL-2.0-or-later

export function countRows(grid, tabulator) {
    const tell = () => {
        grid.setAttribute("aria-rowcount", tabulator.getDataCount("active") + 1); // with the header
        const [first] = grid.querySelectorAll(".tabulator-row");
        if (!first) return;
        let place = tabulator.getRow(Number(first.querySelector("a").dataset.id)).getPosition();
        for (const row of grid.querySelectorAll(".tabulator-row"))
            row.setAttribute("aria-rowindex", 1 + place++);
    };
    grid.setAttribute("aria-label", "Connections");
    grid.querySelector(".tabulator-header")?.querySelector("[role=row]")?.setAttribute("aria-rowindex", 1);
    new MutationObserver(tell).observe(grid.querySelector(".tabulator-table"), { childList: true });
    tell();
}
