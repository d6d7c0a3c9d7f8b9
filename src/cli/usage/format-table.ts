/** A column of a table: numbers stand right, names left. */
export interface TableColumn {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/** Lines of a table as wide as its contents, the titles first. */
export function formatTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string[] {
  const titles = columns.map(({ title }) => title);
  const all = [titles, ...rows];
  const widths = columns.map((_, index) => Math.max(...all.map((row) => row[index]?.length ?? 0)));
  return all.map((row) => {
    const cells = columns.map(({ align }, index) => {
      const text = row[index] ?? '';
      const width = widths[index] ?? 0;
      return align === 'left' ? text.padEnd(width) : text.padStart(width);
    });
    return cells.join('  ').trimEnd();
  });
}
