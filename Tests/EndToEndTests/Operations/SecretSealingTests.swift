import Foundation
import Testing

/// Secrets on the disk of a real server.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: OwnMachine.missing.isEmpty, "needs \(OwnMachine.missing.joined(separator: ", "))"))
struct SecretSealingTests {
  @Test(
    "the store's files hold no Secret's content, keys rotate under a running server, and a lost key is told"
  )
  func sealing() async throws {
    try await OwnCluster.run(
      #"""
      keys=/var/lib/martlet/pki/secrets.keys
      on_disk() { cat /var/lib/martlet/store/* | grep -a -q "$1"; }
      kubectl create secret generic hidden --from-literal=password=swordfish
      kubectl create configmap open --from-literal=word=haddock
      on_disk aGFkZG9jaw || on_disk haddock
      refuses on_disk c3dvcmRmaXNo
      refuses on_disk swordfish

      first=$(cut -d' ' -f1 $keys)
      holds 'the older keys are gone' "$martlet" secrets rotate
      refuses grep -q $first $keys
      test $(wc -l <$keys) = 1
      holds c3dvcmRmaXNo kubectl get secret hidden -o jsonpath='{.data.password}'
      kubectl create secret generic later --from-literal=password=halibut

      # The server starts again, and without its keys it says so.
      restart() {
        kill $! && wait $! || true
        "$martlet" server --cgroup-root $group >"$work/log" 2>&1 &
      }
      restart
      eventually holds aGFsaWJ1dA kubectl get secret later -o jsonpath='{.data.password}'
      holds c3dvcmRmaXNo kubectl get secret hidden -o jsonpath='{.data.password}'
      mv $keys $work/keys
      restart
      eventually grep -q "is sealed with the key $(cut -d' ' -f1 $work/keys), which is not in it: restore that file" $work/log
      mv $work/keys $keys
      restart
      eventually holds c3dvcmRmaXNo kubectl get secret hidden -o jsonpath='{.data.password}'
      """#, name: "sealing")
  }
}
