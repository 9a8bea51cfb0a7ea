/**
 * A value of a template as text, with what CloudFormation would put in for a reference: `refer('AWS::Region')`.
 * @param refer also of `Fn::GetAtt` and `Fn::ImportValue`, by their JSON.
 */
export function templateText(value: unknown, refer: (name: string) => string): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  if ('Ref' in value && typeof value.Ref === 'string') return refer(value.Ref);
  if ('Fn::Join' in value && Array.isArray(value['Fn::Join'])) {
    const [separator, parts] = value['Fn::Join'];
    if (typeof separator === 'string' && Array.isArray(parts)) {
      return parts.map((part) => templateText(part, refer)).join(separator);
    }
  }
  return refer(JSON.stringify(value));
}
