/**
 * Runs in CloudFront before the bucket is asked, as `dashboardFiles` does in the site edition: a path that is no file is a page, which the
 * dashboard's own router opens; a missing asset stays a 404.
 * Source: "CloudFront Functions event structure", JavaScript runtime 2.0.
 */
export const pageOrFile = `function handler(event) {
  var request = event.request;
  var last = request.uri.slice(request.uri.lastIndexOf('/') + 1);
  var isFile = request.uri.indexOf('/assets/') === 0 || last.indexOf('.') !== -1;
  if (!isFile) request.uri = '/index.html';
  return request;
}
`;
