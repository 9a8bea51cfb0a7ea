import { maxPhotoRequestBytes } from '@rollcall/contract/photo-request';
import { frontDoorHeaders, keyPrefix } from '@rollcall/cloud/front-door';

/** As the API itself says it, of what no function could be handed. */
const tooLarge = {
  type: 'urn:rollcall:problem:too-large',
  title: 'Too large',
  status: 413,
  code: 'too-large',
  detail: `expected a body of at most ${maxPhotoRequestBytes} bytes: make the photo smaller, 2,000 pixels a side are plenty`,
};

/** As the API itself says it, to who shows neither token nor key. */
const nobody = {
  type: 'urn:rollcall:problem:unauthenticated',
  title: 'Sign in first',
  status: 401,
  code: 'unauthenticated',
  detail: 'expected Authorization: Bearer <access token>, or X-Api-Key',
};

/**
 * Runs in CloudFront before the API is asked: says who the caller is in a header that only CloudFront can write, sends what carries an API
 * key on the way of keys, and answers who shows nothing at all, or sends more than the API can be handed.
 * Source: "CloudFront Functions event structure", JavaScript runtime 2.0.
 */
export const frontDoor = `function refuse(status, statusDescription, problem, more) {
  return {
    statusCode: status,
    statusDescription: statusDescription,
    headers: Object.assign({
      'content-type': { value: 'application/problem+json' },
      'cache-control': { value: 'no-store' }
    }, more),
    body: { encoding: 'text', data: problem }
  };
}

function handler(event) {
  var request = event.request;
  var headers = request.headers;
  headers['${frontDoorHeaders.viewer}'] = { value: event.viewer.ip };
  if (request.uri.indexOf('/v1/') !== 0) return request;
  if (!headers['x-api-key'] && !headers.authorization) {
    return refuse(401, 'Unauthorized', '${JSON.stringify(nobody)}', {
      'www-authenticate': { value: 'Bearer realm="rollcall"' }
    });
  }
  if (headers['content-length'] && Number(headers['content-length'].value) > ${maxPhotoRequestBytes}) {
    return refuse(413, 'Content Too Large', '${JSON.stringify(tooLarge)}', {});
  }
  if (headers['x-api-key']) request.uri = '${keyPrefix}' + request.uri;
  return request;
}
`;
