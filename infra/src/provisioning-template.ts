import { devicePolicyNames, organizationAttribute } from './device-policies.ts';

/**
 * What registering a device makes: its thing, with the organization in an attribute, and its certificate with the policies of devices. The
 * organization is the hook's word: it always answers with it, over whatever the device sent.
 * Source: "Provisioning templates", AWS IoT developer guide.
 */
export function provisioningTemplate(prefix: string): object {
  const org = { Ref: 'Org' };
  const policies = devicePolicyNames(prefix);
  return {
    Parameters: {
      SerialNumber: { Type: 'String' },
      Org: { Type: 'String' },
      'AWS::IoT::Certificate::Id': { Type: 'String' },
    },
    Resources: {
      thing: {
        Type: 'AWS::IoT::Thing',
        Properties: {
          ThingName: { Ref: 'SerialNumber' },
          ThingTypeName: `${prefix}-camera`,
          ThingGroups: [`${prefix}-cameras`],
          AttributePayload: { [organizationAttribute]: org },
        },
        // A device may register again, when it was allowed again: then it is what the hook says now.
        OverrideSettings: { AttributePayload: 'REPLACE', ThingTypeName: 'REPLACE', ThingGroups: 'REPLACE' },
      },
      certificate: {
        Type: 'AWS::IoT::Certificate',
        Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'Active' },
      },
      policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: policies.device } },
      services: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: policies.services } },
      rotation: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: policies.rotation } },
    },
    DeviceConfiguration: { org },
  };
}
