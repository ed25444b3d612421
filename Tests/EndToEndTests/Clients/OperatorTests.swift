import Foundation
import Testing

/// An operator written with kopf: a kind of its own, finalizers, timers, status patches and admission.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(
    if: FetchedClients.missingForPython.isEmpty,
    "needs \(FetchedClients.missingForPython.joined(separator: ", "))"))
struct OperatorTests {
  @Test("an operator admits, defaults, makes, waters, changes and buries objects of its kind")
  func garden() async throws {
    try await OwnCluster.run(
      "python=\(FetchedClients.python.path)/bin/python programs=\(FetchedClients.files)/Programs\n"
        + #"""
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=garden \
          -addext subjectAltName=IP:127.0.0.1 \
          -keyout $work/key.pem -out $work/certificate.pem 2>$work/said
        kubectl apply -f $programs/garden.yaml
        kubectl wait --for=condition=Established crd/beds.garden.example.com --timeout=20s
        CERTIFICATE=$work/certificate.pem KEY=$work/key.pem AUTHORITY=$work/certificate.pem \
          $python -m kopf run --namespace default --liveness=http://127.0.0.1:9080/healthz \
          $programs/garden_operator.py >$work/operator.log 2>&1 &
        trap '[ $? -eq 0 ] || tail -20 $work/operator.log; rm -rf "$work"' EXIT
        eventually curl --silent --fail http://127.0.0.1:9080/healthz
        eventually holds 9443 kubectl get validatingwebhookconfigurations -o yaml
        eventually holds 9443 kubectl get mutatingwebhookconfigurations -o yaml

        bed() {
          # The first line says that this is YAML: kubectl takes what begins with a brace for JSON.
          echo --- >$work/bed.yaml
          echo "{apiVersion: garden.example.com/v1, kind: Bed," \
            "metadata: {name: $1}, spec: {size: $2}}" >>$work/bed.yaml
          kubectl apply -f $work/bed.yaml
        }
        bed roses 3
        holds green kubectl get bed roses
        eventually holds '"planted":3' kubectl get bed roses -o 'jsonpath={.status.plant}'
        holds garden.example.com/dug kubectl get bed roses -o 'jsonpath={.metadata.finalizers}'
        holds roses kubectl get configmap roses-plants \
          -o 'jsonpath={.metadata.ownerReferences[0].name}'

        refuses bed roses 11
        holds 'denied the request: no bed is that large' cat $work/said
        holds 'Warning: a bed of this size takes a long time to water' bed roses 6
        eventually holds '3 to 6' kubectl get bed roses -o 'jsonpath={.status.resized}'
        watered() { test "$(kubectl get bed roses -o 'jsonpath={.status.watered}')" -gt 3; }
        eventually watered

        # The finalizer keeps the bed until it is dug up; what it owns goes with it.
        kubectl delete bed roses --timeout=30s
        kubectl get configmap roses-dug
        gone() { ! kubectl get "$@"; }
        eventually gone configmap roses-plants
        """#, name: "operator")
  }
}
