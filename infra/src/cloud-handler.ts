import { functionName, functions, type CloudFunction } from '@rollcall/cloud/manifest';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledgeWildcards } from './acknowledge.ts';
import type { Bundles } from './bundles.ts';
import { sendDeadLetters } from './dead-letters.ts';
import { messageAge } from './deployment.ts';
import { environmentOf } from './function-environment.ts';
import { permissionsOf, type PermissionTargets } from './function-permissions.ts';
import { sharpLayer } from './sharp-layer.ts';
import type { StorageStack } from './storage-stack.ts';

/** What all functions of a stack are made with. */
export interface CloudHandlerContext extends PermissionTargets {
  readonly bundles: Bundles;
}

export interface CloudHandlerOptions {
  /** More than every function is told. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Runs at once, at most; more wait. @default the account's limit, shared with the others */
  readonly concurrency?: number;
  /** Whether what it fails at becomes a dead letter: for those that are invoked asynchronously. @default true */
  readonly keepsFailures?: boolean;
}

/** A function of the manifest: its bundle, a role that may do what its grants say, its log, and where its failures go. */
export class CloudHandler extends Construct {
  readonly function: LambdaFunction;
  readonly spec: CloudFunction;
  readonly keepsFailures: boolean;

  constructor(
    scope: Construct,
    name: CloudFunction['name'],
    context: CloudHandlerContext,
    options: CloudHandlerOptions = {},
  ) {
    super(scope, name);
    const { deployment, storage, bundles } = context;
    this.spec = specOf(name);
    const { memoryMb, timeoutSeconds, needsSharp, description } = this.spec;
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${functionName(deployment.prefix, name)}`,
      retention: deployment.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    logGroup.grantWrite(role);
    const { keepsFailures = true } = options;
    this.keepsFailures = keepsFailures;
    this.function = new LambdaFunction(this, 'Function', {
      functionName: functionName(deployment.prefix, name),
      description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: bundles.code(name),
      ...(needsSharp ? { layers: [sharpLayer(Stack.of(this), bundles)] } : {}),
      memorySize: memoryMb,
      timeout: Duration.seconds(timeoutSeconds),
      environment: { ...environmentOf(deployment, storage, name), ...options.environment },
      ...(options.concurrency === undefined ? {} : { reservedConcurrentExecutions: options.concurrency }),
      role,
      logGroup,
      tracing: Tracing.ACTIVE,
      ...(keepsFailures ? failures(storage) : { retryAttempts: 0 }),
    });
    const permissions = permissionsOf(context, Stack.of(this), this.spec);
    if (keepsFailures)
      permissions.push(...sendDeadLetters(storage, deployment.region).map((statement) => ({ statement })));
    for (const { statement } of permissions) role.addToPolicy(statement);
    acknowledgeWildcards(role, permissions);
  }
}

/** The event comes twice more, with waits of one and two minutes, and then ends where the replay finds it. */
function failures({ deadLetters }: StorageStack) {
  const onFailure = { bind: () => ({ destination: deadLetters.queueArn }) };
  return { onFailure, retryAttempts: 2, maxEventAge: messageAge };
}

function specOf(name: CloudFunction['name']): CloudFunction {
  const spec = functions.find((one) => one.name === name);
  if (!spec) throw new Error(`the manifest has no function ${name}`);
  return spec;
}
