/** Imports go down only: contract < kit < faces < ports < store < domain < adapters, http < entry points. */
const only = (name, from, to, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: to },
});

module.exports = {
  forbidden: [
    only(
      'contract-imports-nothing-of-ours',
      '^shared/contract/src',
      '^(agent|cloud|infra|test|benchmarks|shared/(kit|faces))/',
      'contract is the bottom',
    ),
    only(
      'kit-is-below',
      '^shared/kit/src',
      '^(agent|cloud|infra|test|benchmarks|shared/faces)/',
      'kit sees contract alone',
    ),
    only('faces-is-below', '^shared/faces/src', '^(agent|cloud|infra|test|benchmarks)/', 'faces sees kit alone'),
    only('agent-not-cloud', '^agent/', '^(cloud|infra|test|benchmarks)/', 'agent and cloud meet in the contract'),
    only('cloud-not-agent', '^cloud/', '^(agent|infra|test|benchmarks)/', 'agent and cloud meet in the contract'),
    only(
      'dashboard-sees-contract',
      '^cloud/dashboard/src',
      '^(cloud/src|shared/(kit|faces))/',
      'the dashboard sees the contract alone',
    ),
    only(
      'agent-domain-is-pure',
      '^agent/src/domain',
      '^agent/src/(adapters|cameras|config|main)',
      'domain knows no adapter',
    ),
    only(
      'ports-are-bare',
      '^cloud/src/ports',
      '^cloud/src/(domain|store|adapters|http|handlers|cli)/',
      'a port knows nobody',
    ),
    only(
      'domain-is-pure',
      '^cloud/src/domain/(?!.*\\.test\\.)',
      '^cloud/src/(adapters|http|handlers|cli)/',
      'domain knows no adapter',
    ),
    {
      name: 'domain-has-no-io',
      severity: 'error',
      comment: 'no I/O, no Node in the domain',
      from: { path: '^(cloud|agent)/src/domain/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    only(
      'store-on-table-only',
      '^cloud/src/store/(?!.*\\.test\\.)',
      '^cloud/src/(domain|adapters|http|handlers|cli)/',
      'stores know the Table port only',
    ),
    only('adapters-below-http', '^cloud/src/adapters', '^cloud/src/(http|handlers|cli)/', 'adapters are below the API'),
    only(
      'http-below-handlers',
      '^cloud/src/http/(?!.*(\\.test\\.|-for-tests\\.))',
      '^cloud/src/(handlers|cli|adapters)/',
      'the API sees ports',
    ),
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'resolves',
      severity: 'error',
      comment: 'an import that leads nowhere',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|cdk\\.out|\\.types|coverage)/' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs'],
    },
  },
};
