import type { DefinitionInput } from '../../engine/definition.ts';
import type { JsonObject } from '../../engine/item.ts';
import { layout } from '../workflows/layout.ts';
import type { Template } from './template.ts';

type Node = DefinitionInput['nodes'][number];

/** A template as it is written in the library. */
interface Written extends Pick<Template, 'id' | 'name' | 'description' | 'category' | 'tags'> {
  readonly featured?: true;
  /** By id. */
  readonly nodes: Readonly<Record<string, Omit<Node, 'id' | 'position'>>>;
  /** `a -> b`, or with ports `a.true -> b.input2`. */
  readonly edges: readonly string[];
  readonly settings?: DefinitionInput['settings'];
  /** By node. */
  readonly credentials?: Readonly<
    Record<string, { readonly types: readonly string[]; readonly purpose: string }>
  >;
  /** What each value is for, by path. */
  readonly values?: Readonly<Record<string, string>>;
  readonly sample: readonly JsonObject[];
}

export const defineTemplate = ({ featured, nodes, edges, settings, ...written }: Written): Template => {
  const { id, name, description, category, tags, credentials = {}, values = {}, sample } = written;
  const joined = edges.map(edgeOf);
  const places = layout(Object.keys(nodes), joined);
  const placed = Object.entries(nodes).map(
    ([nodeId, node]): Node => ({ id: nodeId, ...node, position: places.get(nodeId) }),
  );
  return {
    id,
    name,
    description,
    category,
    tags,
    isFeatured: featured ?? false,
    isBuiltIn: true,
    definition: { nodes: placed, edges: joined, ...(settings && { settings }) },
    credentials: Object.entries(credentials).map(([nodeId, needed]) => ({ nodeId, ...needed })),
    values: Object.entries(values).map(([path, purpose]) => ({ path, purpose })),
    sampleInput: sample,
    revision: 1,
  };
};

interface Edge {
  readonly source: string;
  readonly sourcePort: string;
  readonly target: string;
  readonly targetPort: string;
}

const edgeOf = (written: string): Edge => {
  const [from = '', to = ''] = written.split(' -> ');
  const [source = '', sourcePort = 'main'] = from.split('.');
  const [target = '', targetPort = 'main'] = to.split('.');
  return { source, sourcePort, target, targetPort };
};
