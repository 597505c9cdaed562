interface Edge {
  readonly source: string;
  readonly target: string;
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Distances on a canvas. */
const COLUMN = 240;
const ROW = 140;

/** Where nodes are drawn: from left to right as they follow each other, and below each other those that stand side by side. */
export const layout = (ids: readonly string[], edges: readonly Edge[]): ReadonlyMap<string, Place> => {
  const columns = columnsOf(ids, edges);
  const rows = new Map<number, number>();
  return new Map(
    ids.map((id) => {
      const column = columns.get(id) ?? 0;
      const row = rows.get(column) ?? 0;
      rows.set(column, row + 1);
      return [id, { x: column * COLUMN, y: row * ROW }];
    }),
  );
};

/** How many nodes come before each, on the longest way that does not go back to one written earlier. */
const columnsOf = (ids: readonly string[], edges: readonly Edge[]): ReadonlyMap<string, number> => {
  const columns = new Map(ids.map((id) => [id, 0]));
  const places = new Map(ids.map((id, index) => [id, index]));
  for (const [index, id] of ids.entries())
    for (const { target } of edges.filter(({ source }) => source === id)) {
      if ((places.get(target) ?? -1) <= index) continue;
      columns.set(target, Math.max(columns.get(target) ?? 0, (columns.get(id) ?? 0) + 1));
    }
  return columns;
};
