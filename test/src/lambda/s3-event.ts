/** What S3 sends for each upload. Source: "Event message structure", Amazon S3 user guide. */
export function s3Event(cloud: { readonly s3: { readonly bucket: string } }, ...keys: readonly string[]) {
  return {
    Records: keys.map((key) => ({
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: 'eu-central-1',
      eventTime: new Date().toISOString(),
      eventName: 'ObjectCreated:Put',
      s3: {
        bucket: { name: cloud.s3.bucket, arn: `arn:aws:s3:::${cloud.s3.bucket}` },
        // As in a form, but for the slashes.
        object: { key: encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+'), size: 1 },
      },
    })),
  };
}
