import { InvalidInput } from '@rollcall/kit/app-error';
import { type GatewayRequest, refusal } from './front-door.ts';

/** Bytes of JSON that a function may answer with. Source: "Lambda quotas", AWS Lambda developer guide: 6 MB; over it Lambda says this number. */
export const maxAnswerBytes = 6_291_556;

/** Answers what Lambda would not pass on, such as the register of a year, with what to do: callers would be told of a failure of ours. */
export function withinAnswerLimit(answer: (request: GatewayRequest) => Promise<unknown>) {
  return async (request: GatewayRequest): Promise<unknown> => {
    const answered = await answer(request);
    const bytes = Buffer.byteLength(JSON.stringify(answered) ?? '');
    if (bytes <= maxAnswerBytes) return answered;
    const message = `the answer has ${bytes} bytes, of at most ${maxAnswerBytes}: ask for less at once, as for fewer days`;
    return refusal(new InvalidInput(message, { code: 'too-large' }), request.requestContext.requestId);
  };
}
