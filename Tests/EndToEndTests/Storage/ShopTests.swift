import Foundation
import Foundations
import Testing

/// The shop of `examples/shop`: a web application whose database keeps its rows on a volume.
@Suite(
  .enabled(if: geteuid() == 0, "needs root"),
  .enabled(if: ShopImages.missing.isEmpty, "needs \(ShopImages.missing.joined(separator: ", "))"))
struct ShopTests {
  @Test("orders outlive the database's pod, updates lose no request, and a dump is taken")
  func story() async throws {
    let images = try await ShopImages.make()
    defer { images.remove() }
    try await OwnCluster.run(
      "images=\(images.path) shop=\(ShopImages.example)\n"
        + #"""
        for image in web:1 web:2 database:1; do
          "$martlet" image import martlet.local/shop-$image \
            $images/shop-${image%:*}-${image#*:}.tar --cgroup-root $group
        done
        kubectl apply -f $shop/shop.yaml
        kubectl rollout status statefulset/shop-database --timeout=60s
        kubectl rollout status deployment/shop --timeout=60s
        holds Bound kubectl get pvc data-shop-database-0
        address=$(kubectl get service shop -o jsonpath='{.spec.clusterIP}')
        ask() { curl --silent --show-error --fail --max-time 10 "$@"; }
        eventually holds '"version":"1"' ask http://$address/
        eventually holds tea ask -X POST "http://$address/orders?item=tea"

        # A new image, and back: no request is lost.
        keep_asking() {
          set +x
          while [ ! -e $work/enough ]; do
            ask http://$address/ >>$work/answers 2>>$work/lost || echo lost >>$work/lost
          done
        }
        touch $work/lost; keep_asking & asking=$!
        kubectl set image deployment/shop web=martlet.local/shop-web:2
        kubectl rollout status deployment/shop --timeout=60s
        eventually holds '"version":"2"' ask http://$address/
        kubectl rollout undo deployment/shop
        kubectl rollout status deployment/shop --timeout=60s
        touch $work/enough; wait $asking
        grep -q '"version":"2"' $work/answers
        test ! -s $work/lost || { cat $work/lost; exit 1; }

        # The rows are on the volume.
        kubectl delete pod shop-database-0 --timeout=30s
        kubectl rollout status statefulset/shop-database --timeout=60s
        eventually holds tea ask http://$address/orders

        # A dump lands on a volume of its own.
        kubectl create job dump --from=cronjob/shop-dump
        kubectl wait --for=condition=Complete job/dump --timeout=60s
        volume=$(kubectl get pvc shop-dumps -o jsonpath='{.spec.volumeName}')
        holds tea cat /var/lib/martlet/volumes/$volume/shop.sql

        kubectl delete -f $shop/shop.yaml --timeout=60s
        # The cron job has taken the job along.
        kubectl delete pvc -l app=shop --timeout=30s
        none() { test -z "$(kubectl get pods,pv -o name)" -a -z "$(ls -A /var/lib/martlet/volumes)"; }
        eventually none

        """#, name: "shop")
  }
}

/// The shop's images, made out of Debian packages before a machine without a network begins.
private struct ShopImages {
  let path: String

  static let missing = OwnMachine.missing(also: ["apt-get", "dpkg-deb", "realpath"])

  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let example = root.appending(path: "examples/shop").path

  static func make() async throws -> ShopImages {
    let images = ShopImages(path: "/tmp/martlet-shop-\(getpid())")
    let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appending(path: "martlet").path
    var command = Command(
      "env",
      [
        "MARTLET=\(program)", "MARTLET_BUILD_ONLY=1",
        root.appending(path: "scripts/shop-images").path, images.path,
      ])
    command.limit = .seconds(170)
    let outcome = try await command.run()
    try #require(outcome.exitCode == 0, "\(outcome.complaint)")
    return images
  }

  func remove() {
    do { try FileManager.default.removeItem(atPath: path) } catch {
      Issue.record("\(path) is left over: \(error)")
    }
  }
}
