import type {
  CloudFormationCustomResourceEvent as ResourceEvent,
  CloudFormationCustomResourceResponse as ResourceResponse,
} from 'aws-lambda';

/** CloudFormation waits an hour for an answer that does not come, so one is always sent. */
const ANSWER_MILLISECONDS = 10_000;

/**
 * A function that CloudFormation calls when a resource of ours is made or changed. `make` answers with what the template
 * may refer to; removing the resource removes nothing.
 */
export const customResource =
  (make: () => Promise<Readonly<Record<string, string>>>) =>
  async (event: ResourceEvent): Promise<void> => {
    const { StackId, RequestId, LogicalResourceId } = event;
    const about = { StackId, RequestId, LogicalResourceId, PhysicalResourceId: LogicalResourceId };
    let response: ResourceResponse;
    try {
      const Data = event.RequestType === 'Delete' ? {} : await make();
      response = { ...about, Status: 'SUCCESS', Data };
    } catch (error) {
      response = {
        ...about,
        Status: 'FAILED',
        Reason: error instanceof Error ? error.message : String(error),
      };
    }
    const { ok, status } = await fetch(event.ResponseURL, {
      method: 'PUT',
      body: JSON.stringify(response),
      // A presigned address: any content type but none would be part of what was signed.
      headers: { 'content-type': '' },
      signal: AbortSignal.timeout(ANSWER_MILLISECONDS),
    });
    if (!ok) throw new Error(`CloudFormation did not take the answer: ${status}.`);
  };
