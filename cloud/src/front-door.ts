/** What CloudFront adds to requests for the API of the cloud edition. Whatever a caller sends under these names is written over. */
export const frontDoorHeaders = {
  /** By which CloudFront shows itself: what comes without it went around the web ACL. */
  secret: 'x-rollcall-front-door',
  /** The caller’s address, as CloudFront saw it. */
  viewer: 'x-rollcall-viewer',
} as const;

/** What CloudFront puts before the path of a request that carries an API key: API Gateway, which checks tokens, lets it through there. */
export const keyPrefix = '/key';
