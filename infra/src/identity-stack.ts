import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnUserPoolGroup,
  FeaturePlan,
  LambdaVersion,
  Mfa,
  StandardThreatProtectionMode,
  StringAttribute,
  UserPool,
  UserPoolDomain,
  UserPoolOperation,
} from 'aws-cdk-lib/aws-cognito';
import { Role } from '@rollcall/contract/access';
import type { Construct } from 'constructs';
import type { Bundles } from './bundles.ts';
import { CloudHandler } from './cloud-handler.ts';
import type { Deployment } from './deployment.ts';
import type { StorageStack } from './storage-stack.ts';

export interface IdentityStackProps extends StackProps {
  readonly deployment: Deployment;
  readonly storage: StorageStack;
  readonly bundles: Bundles;
}

/** Who signs in. Like the records it outlives the rest: nothing in it is deleted with the stack. */
export class IdentityStack extends Stack {
  readonly users: UserPool;
  readonly tokenClaims: CloudHandler;
  /** As tokens name it. */
  readonly issuer: string;
  /** Where people sign in, `https://…`. */
  readonly signInUrl: string;
  readonly groups: readonly CfnUserPoolGroup[];

  constructor(scope: Construct, id: string, props: IdentityStackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    const { prefix, region } = props.deployment;
    this.users = this.#pool(prefix);
    this.tokenClaims = new CloudHandler(this, 'token-claims', props, { keepsFailures: false });
    this.users.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, this.tokenClaims.function, LambdaVersion.V2_0);
    this.groups = this.#groups();
    // Its names are the whole region's: the account makes it ours.
    const domainPrefix = `${prefix}-${this.account}`;
    const domain = new UserPoolDomain(this, 'SignIn', { userPool: this.users, cognitoDomain: { domainPrefix } });
    domain.node.addDependency(this.users);
    this.issuer = `https://cognito-idp.${region}.amazonaws.com/${this.users.userPoolId}`;
    this.signInUrl = `https://${domainPrefix}.auth.${region}.amazoncognito.com`;
  }

  /**
   * A pool cannot ask some of its users for a second factor, so it asks all: everybody in it is staff. Kiosks and scripts have API keys.
   */
  #pool(prefix: string): UserPool {
    return new UserPool(this, 'Users', {
      userPoolName: prefix,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      standardAttributes: {
        email: { required: true, mutable: true },
        fullname: { required: true, mutable: true },
      },
      // No app client may write it: only whoever may administer the pool says whose organization it is.
      customAttributes: { org: new StringAttribute({ minLen: 1, maxLen: 48, mutable: true }) },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
        passwordHistorySize: 5,
        tempPasswordValidity: Duration.days(3),
      },
      featurePlan: FeaturePlan.PLUS,
      standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** One for each role; of several the first one counts. */
  #groups(): CfnUserPoolGroup[] {
    return Role.options.map(
      (role, precedence) =>
        new CfnUserPoolGroup(this, `Group-${role}`, {
          userPoolId: this.users.userPoolId,
          groupName: role,
          description: `Members have the role ${role} in their organization`,
          precedence,
        }),
    );
  }
}
