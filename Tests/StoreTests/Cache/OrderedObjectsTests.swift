import Foundations
import Testing

@testable import Store

@Suite struct OrderedObjectsTests {
  private func object(_ number: Int, revision: UInt64 = 1) throws -> CachedObject {
    let name = String(number)
    let value = StoredValue(
      key: WatchCache.key(name), value: try StoredObject.encode(sample(name)),
      createRevision: Revision(1), modRevision: Revision(revision))
    return try CachedObject(
      value, prefixByteCount: 12, prepared: nil, index: nil, labelSets: LabelSets())
  }

  @Test("random changes keep order, and copies stay as they were")
  func random() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    var objects = OrderedObjects()
    var model: [Key: UInt64] = [:]
    var copies: [(OrderedObjects, [Key: UInt64])] = []
    for step in 1...4_000 {
      let number = Int.random(in: 0..<700, using: &generator)
      let isShrinking = step % 1_500 > 900
      if Int.random(in: 0..<3, using: &generator) > (isShrinking ? 0 : 1) {
        let old = objects.remove(WatchCache.key(String(number)))
        #expect(old?.modRevision.rawValue == model.removeValue(forKey: WatchCache.key("\(number)")))
      } else {
        let object = try object(number, revision: UInt64(step))
        let old = objects.put(object)
        #expect(old?.modRevision.rawValue == model.updateValue(UInt64(step), forKey: object.key))
      }
      if step % 200 == 0 { copies.append((objects, model)) }
    }
    for (objects, model) in copies + [(objects, model)] {
      let range = ObjectRange(objects: objects, start: objects.start, end: objects.end)
      #expect(range.map(\.key) == model.keys.sorted(), "seed \(seed)")
      #expect(range.count == model.count && objects.count == model.count)
      let (low, high) = (Int.random(in: 0...350, using: &generator), 700)
      let (start, end) = (WatchCache.key("\(low)").bytes, WatchCache.key("\(high)").bytes)
      let runs = objects.runs(from: objects.position(of: start), to: objects.position(of: end))
      let between = model.keys.filter {
        Key.order($0.bytes, start) >= 0 && Key.order($0.bytes, end) < 0
      }
      #expect(runs.joined().map(\.key) == between.sorted(), "seed \(seed), from \(low)")
      #expect(runs.allSatisfy { !$0.isEmpty })
      for (key, revision) in model { #expect(objects[key]?.modRevision.rawValue == revision) }
      #expect(objects[WatchCache.key("none")] == nil)
    }
  }

  @Test("loading sorted objects gives the same as putting them one by one", arguments: [0, 1, 500])
  func loading(_ count: Int) throws {
    let all = try (0..<count).map { try object($0) }.sorted { $0.key < $1.key }
    let loaded = OrderedObjects(sorted: all)
    var built = OrderedObjects()
    for object in all { built.put(object) }
    func keys(_ objects: OrderedObjects) -> [Key] {
      ObjectRange(objects: objects, start: objects.start, end: objects.end).map(\.key)
    }
    #expect(keys(loaded) == keys(built) && loaded.count == count)
  }
}
