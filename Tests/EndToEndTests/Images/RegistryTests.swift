import Foundation
import Testing

/// Pulling from a real registry, which asks for a name and a password.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: OwnMachine.missing.isEmpty, "needs \(OwnMachine.missing.joined(separator: ", "))"),
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/bin/docker-registry"),
    "needs docker-registry"))
struct RegistryTests {
  @Test("an image is pulled with the pull secret of the pod or its service account, and only so")
  func pullSecrets() async throws {
    try await OwnCluster.run(
      #"""
      # The hash is bcrypt, the only one that the registry takes.
      python3 -W ignore -c 'import crypt; print("user:" + crypt.crypt("right", crypt.METHOD_BLOWFISH))' \
        >"$work/users"
      cat >"$work/registry.yaml" <<END
      version: 0.1
      storage: {filesystem: {rootdirectory: $work/registry}}
      http: {addr: "127.0.0.1:5000"}
      auth: {htpasswd: {realm: test, path: $work/users}}
      END
      docker-registry serve "$work/registry.yaml" >"$work/registry.log" 2>&1 &
      image=127.0.0.1:5000/busybox:1
      runtime="ctr --address /run/martlet/containerd/containerd.sock --namespace k8s.io"
      $runtime images tag example.test/busybox:1 $image
      eventually $runtime images push --plain-http --user user:right $image
      $runtime images rm --sync $image example.test/busybox:1

      pod() {
        kubectl apply -f - <<END
      apiVersion: v1
      kind: Pod
      metadata: {name: $1}
      spec:
        terminationGracePeriodSeconds: 0
        serviceAccountName: $2
        imagePullSecrets: $3
        containers:
          - {name: c, image: "$image", imagePullPolicy: Always, args: [busybox, sleep, "60"]}
      END
      }
      kubectl create secret docker-registry right \
        --docker-server=127.0.0.1:5000 --docker-username=user --docker-password=right
      kubectl create secret docker-registry wrong \
        --docker-server=127.0.0.1:5000 --docker-username=user --docker-password=secret-but-wrong
      kubectl create serviceaccount puller
      kubectl patch serviceaccount puller -p '{"imagePullSecrets":[{"name":"right"}]}'

      pod without default '[]'
      pod misled default '[{name: wrong}]'
      eventually holds ImagePullBackOff kubectl get pod without
      eventually holds ImagePullBackOff kubectl get pod misled
      holds 'Failed to pull image "127.0.0.1:5000/busybox:1"' kubectl describe pod without
      kubectl get events -o yaml >"$work/events"
      refuses grep -q secret-but-wrong "$work/events" "$work/log"
      pod with default '[{name: right}]'
      pod through puller '[]'
      kubectl wait --for=condition=Ready pod/with pod/through --timeout=60s
      holds 'Successfully pulled image' kubectl describe pod with

      # What was refused once is tried again, and heals when the secret does.
      kubectl delete secret wrong
      kubectl create secret docker-registry wrong \
        --docker-server=127.0.0.1:5000 --docker-username=user --docker-password=right
      kubectl wait --for=condition=Ready pod/misled --timeout=60s
      """#, name: "registry")
  }
}
