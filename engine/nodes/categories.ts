/** A row of `node_categories` that comes with the engine. */
export interface NodeCategory {
  readonly name: string;
  readonly description: string;
  readonly icon: string;
  /** `#rrggbb`. */
  readonly color: string;
  readonly displayOrder: number;
}

export const nodeCategories: readonly NodeCategory[] = [
  {
    name: 'Triggers',
    description: 'What starts a workflow.',
    icon: 'bolt',
    color: '#d9480f',
    displayOrder: 1,
  },
  {
    name: 'Flow',
    description: 'Where a workflow decides, joins, answers and ends.',
    icon: 'branch',
    color: '#1864ab',
    displayOrder: 2,
  },
  { name: 'Data', description: 'Shaping items.', icon: 'table', color: '#2b8a3e', displayOrder: 3 },
  { name: 'HTTP', description: 'Calling other services.', icon: 'globe', color: '#5f3dc4', displayOrder: 4 },
  {
    name: 'Files',
    description: 'Reading and making files.',
    icon: 'file',
    color: '#0b7285',
    displayOrder: 5,
  },
  { name: 'Code', description: 'Your own JavaScript.', icon: 'code', color: '#495057', displayOrder: 6 },
  { name: 'AWS', description: 'Services of AWS.', icon: 'cloud', color: '#e67700', displayOrder: 7 },
  {
    name: 'Databases',
    description: 'Statements for databases.',
    icon: 'database',
    color: '#862e9c',
    displayOrder: 8,
  },
  { name: 'Messages', description: 'E-mail and chat.', icon: 'mail', color: '#c2255c', displayOrder: 9 },
  {
    name: 'AI',
    description: 'Language, pictures and speech by models.',
    icon: 'sparkles',
    color: '#c2255c',
    displayOrder: 10,
  },
];
