import ContainerRuntimeInterface
import Foundations
import Resources
import SwiftProtobuf
import Testing

@testable import NodeAgent

@Suite("Which images make room")
struct ImageCollectionTests {
  private var collection = ImageCollection(policy: ImageCollectionPolicy())

  private func image(
    _ id: String, _ bytes: Int = 10, pinned: Bool = false, source: Bool = true, used: Bool = false
  ) -> CollectableImage {
    CollectableImage(id: id, byteCount: bytes, isPinned: pinned, hasSource: source, isUsed: used)
  }

  private func chosen(
    _ collection: ImageCollection, _ images: [CollectableImage], freeing bytes: Int? = nil,
    at moment: Int
  ) -> [String] {
    collection.choice(of: images, freeing: bytes, now: .at(moment)).map(\.id)
  }

  @Test("nothing is removed below the high mark, and then as much as leads to the low mark")
  func marks() {
    #expect(collection.excess(.init(available: 151, of: 1000)) == nil)
    #expect(collection.excess(.init(available: 150, of: 1000)) == 50)
    #expect(collection.excess(.init(available: 0, of: 1000)) == 200)
    #expect(collection.excess(.init(available: 0, of: 0)) == nil)
    var never = ImageCollectionPolicy()
    never.highPercent = 100
    #expect(ImageCollection(policy: never).excess(.init(available: 0, of: 1000)) == nil)
  }

  @Test("the image that was not used for the longest time goes first, and no more than needed")
  mutating func oldestFirst() {
    let all = [image("a", used: true), image("b", used: true), image("c")]
    collection.observe(all, now: .at(0))
    collection.observe([image("a", used: true), image("b"), image("c")], now: .at(300))
    let now = [image("a"), image("b"), image("c")]
    collection.observe(now, now: .at(600))
    #expect(chosen(collection, now, at: 600) == ["c", "b", "a"])
    #expect(chosen(collection, now, freeing: 10, at: 600) == ["c"])
    #expect(chosen(collection, now, freeing: 11, at: 600) == ["c", "b"])
    #expect(chosen(collection, now, freeing: 0, at: 600) == [])
  }

  @Test("an image that came a moment ago stays for the least age; those of the start do not")
  mutating func age() {
    collection.observe([image("old")], now: .at(0))
    let both = [image("old"), image("new")]
    collection.observe(both, now: .at(10))
    #expect(chosen(collection, both, at: 129) == ["old"])
    #expect(chosen(collection, both, at: 130) == ["old", "new"])
  }

  @Test("what is used, pinned, or came from no registry stays")
  mutating func kept() {
    let images = [
      image("used", used: true), image("pinned", pinned: true), image("imported", source: false),
      image("pulled"),
    ]
    collection.observe(images, now: .at(0))
    #expect(chosen(collection, images, at: 600) == ["pulled"])
    #expect(chosen(collection, images + [image("unseen")], at: 600) == ["pulled"])
  }

  @Test("an image is used by containers, ended ones too, and by pods that wait for theirs")
  func use() {
    let images = ["one", "two", "three", "four", "five"].map { name in
      CRIImage.with {
        $0.id = "sha256:\(name)"
        $0.repoTags = ["example.test/\(name):1"]
        $0.repoDigests = name == "five" ? [] : ["example.test/\(name)@sha256:d\(name)"]
      }
    }
    let ended = CRIContainer.with {
      $0.state = .exited
      $0.imageRef = "sha256:one"
    }
    let pod = Pod.sample { pod in
      pod.spec.document.set(
        [["name": "a", "image": "example.test/two:1"]], at: ["containers"])
      pod.spec.document.set(
        [["name": "v", "image": ["reference": "example.test/three:x@sha256:dthree"]]],
        at: ["volumes"])
    }
    let found = ImageUse.collectable(images, containers: [ended], pods: [pod])
    #expect(found.map(\.isUsed) == [true, true, true, false, false])
    #expect(found.map(\.hasSource) == [true, true, true, true, false])
  }

  @Test("the pause image is used by all pods, whatever the runtime says")
  func pause() {
    let image = CRIImage.with { $0.repoTags = [PauseImage.reference] }
    #expect(ImageUse.collectable([image], containers: [], pods: []).map(\.isUsed) == [true])
  }

  @Test(
    "names are completed as a pull completes them",
    arguments: [
      ("busybox", "docker.io/library/busybox:latest"), ("a/b:2", "docker.io/a/b:2"),
      ("host:5000/a", "host:5000/a:latest"), ("host.x/a:1@sha256:ff", "host.x/a@sha256:ff"),
    ])
  func names(_ name: String, _ full: String) {
    #expect(ImageReference.fullName(name) == full)
  }
}
