import { Ajv2020 } from 'ajv/dist/2020.js';
import type { OpenApi } from '../../shared/contracts/openapi-document.ts';
import type { Operation } from './request-of.ts';

export interface FuzzAnswer {
  readonly status: number;
  readonly mediaType: string;
  readonly text: string;
}

/** What a workflow has done is told with a 5xx, and is none of ours. */
const OF_WORKFLOWS = /"code":"(workflow\.failed|webhook\.filterFailed|execution\.tooManyHops)"/;

/** Says what is wrong with an answer by the document; null when nothing is. Null as the operation: only that nothing broke. */
export const makeAnswerCheck = (document: OpenApi) => {
  // Our documents name formats that are hints to readers; they were checked when the answer was made.
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'doc', ...document });
  const pointerTo = (operation: Operation, status: number, mediaType: string): string => {
    const segment = (text: string) => encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'));
    const path = operation.described.servers ? operation.path : operation.path.replace('/api/v1', '');
    return `doc#/paths/${segment(path)}/${operation.method.toLowerCase()}/responses/${status}/content/${segment(mediaType)}/schema`;
  };

  return (operation: Operation | null, { status, mediaType, text }: FuzzAnswer): string | null => {
    if (status >= 500 && !OF_WORKFLOWS.test(text)) return `${status}`;
    if (operation === null) return null;
    const response = operation.described.responses[String(status)] ?? operation.described.responses.default;
    if (!response) return `${status} is not declared`;
    const contents = Object.keys(response.content ?? {});
    // What a workflow answers is its own affair.
    if (contents.includes('*/*')) return null;
    if (contents.length === 0) return text === '' ? null : `${status} has a body and should have none`;
    const declared = contents.find((each) => mediaType.replaceAll(' ', '') === each.replaceAll(' ', ''));
    if (declared === undefined) return `${status} came as ${mediaType || 'nothing'}`;
    if (!declared.includes('json')) return null;
    const validate = ajv.getSchema(pointerTo(operation, status, declared));
    if (!validate) return `${status} has no schema`;
    return validate(JSON.parse(text))
      ? null
      : `${status} does not fit: ${ajv.errorsText(validate.errors?.slice(0, 3))}`;
  };
};
