import Foundation
import Testing

/// Custom resources as users of kubectl meet them, against a cluster of the test's own.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: OwnMachine.missing.isEmpty, "needs \(OwnMachine.missing.joined(separator: ", "))"))
struct CustomResourceTests {
  @Test(
    "a definition brings a kind that is applied, explained, shown in columns, scaled and removed",
    arguments: Kubectl.all)
  func customResources(_ kubectl: Kubectl) async throws {
    try await OwnCluster.run(
      #"""
      cat >"$work/definition.yaml" <<END
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: crontabs.stable.example.com}
      spec:
        group: stable.example.com
        scope: Namespaced
        names: {plural: crontabs, singular: crontab, kind: CronTab, shortNames: [ct], categories: [all]}
        versions:
          - name: v1
            served: true
            storage: true
            subresources:
              status: {}
              scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}
            additionalPrinterColumns:
              - {name: Spec, type: string, jsonPath: .spec.cronSpec}
              - {name: Replicas, type: integer, jsonPath: .spec.replicas}
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    required: [cronSpec]
                    properties:
                      cronSpec:
                        type: string
                        description: When to run, as cron has it.
                        pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}\$'
                      replicas: {type: integer, minimum: 1, maximum: 10, default: 1}
                  status:
                    type: object
                    properties: {replicas: {type: integer}}
      END
      cat >"$work/tab.yaml" <<END
      apiVersion: stable.example.com/v1
      kind: CronTab
      metadata: {name: tab}
      spec: {cronSpec: '* * * * */5'}
      END
      kubectl apply -f "$work/definition.yaml"
      kubectl wait --for=condition=Established crd/crontabs.stable.example.com --timeout=20s
      kubectl apply -f "$work/tab.yaml"
      holds 1 kubectl get crontab tab -o 'jsonpath={.spec.replicas}'
      holds '* * * * */5' kubectl get ct
      holds REPLICAS kubectl get crontabs
      holds crontab.stable.example.com/tab kubectl get all -o name
      holds 'When to run' kubectl explain crontab.spec.cronSpec
      kubectl scale crontab tab --replicas=3
      holds 3 kubectl get crontab tab -o 'jsonpath={.spec.replicas}'
      kubectl patch crontab tab --type=merge -p '{"spec":{"replicas":4}}'
      kubectl patch crontab tab --subresource=status --type=merge -p '{"status":{"replicas":4}}'
      kubectl apply --server-side --force-conflicts -f "$work/tab.yaml"
      refuses kubectl patch crontab tab --type=merge -p '{"spec":{"replicas":11}}'
      holds 'spec.replicas in body should be less than or equal to 10' cat "$work/said"
      sed 's/cronSpec:/odd: 1, cronSpec:/' "$work/tab.yaml" >"$work/odd.yaml"
      refuses kubectl apply -f "$work/odd.yaml"
      holds 'unknown field "spec.odd"' cat "$work/said"
      kubectl delete -f "$work/definition.yaml"
      refuses kubectl get crontabs
      holds "the server " cat "$work/said"
      """#, name: "custom-resources", kubectl: kubectl)
  }
}
