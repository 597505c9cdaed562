import type { Template } from '../templates/template.ts';
import type { Need } from './suggestion.ts';

/** What a template says that its user has to bring. */
export const templateNeeds = ({ credentials, values }: Template): Need[] => [
  ...credentials.map(({ nodeId, types, purpose }): Need => {
    const what = `${purpose} A credential of type ${types.join(' or ')}.`;
    return { kind: 'credential', nodeId, what };
  }),
  ...values.map(({ path, purpose }): Need => {
    const [nodeId = '', ...parameter] = path.split('.');
    return { kind: 'value', nodeId, what: `${parameter.join('.')}: ${purpose}` };
  }),
];
