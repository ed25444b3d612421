import Foundations

/// An image as the choice of what to remove sees it.
struct CollectableImage: Equatable, Sendable {
  var id: String
  var byteCount: Int
  /// Told by the runtime to stay.
  var isPinned: Bool
  /// Whether a registry gave it, and could give it again.
  var hasSource: Bool
  var isUsed: Bool

  init(
    id: String, byteCount: Int, isPinned: Bool = false, hasSource: Bool = true,
    isUsed: Bool = false
  ) {
    self.id = id
    self.byteCount = byteCount
    self.isPinned = isPinned
    self.hasSource = hasSource
    self.isUsed = isUsed
  }
}

/// Remembers when images were seen and used, and chooses those that make room. Pure.
///
/// Images that came from an archive (`martlet image import`) are kept: there is no registry to pull
/// them from again, so that removing one would end what its owner built, on a laptop often the only
/// copy. Kubelet makes no such difference.
/// Source: Kubernetes documentation, "Garbage collection", "Container image garbage collection".
struct ImageCollection: Sendable {
  private struct Record {
    var firstSeen: Timestamp
    var lastUsed: Timestamp
  }

  private let policy: ImageCollectionPolicy
  private var records: [String: Record] = [:]
  private var hasLooked = false

  init(policy: ImageCollectionPolicy) { self.policy = policy }

  private static let never = Timestamp(seconds: 0)

  /// Notes what is there now. What is there at the first look was there long before.
  mutating func observe(_ images: [CollectableImage], now: Timestamp) {
    let present = Set(images.map(\.id))
    records = records.filter { present.contains($0.key) }
    for image in images {
      var record =
        records[image.id] ?? Record(firstSeen: hasLooked ? now : Self.never, lastUsed: Self.never)
      if image.isUsed { record.lastUsed = now }
      records[image.id] = record
    }
    hasLooked = true
  }

  /// How much has to go so that the low mark is reached; `nil` below the high mark.
  func excess(_ reading: SignalReadings.Reading) -> Int? {
    guard policy.highPercent < 100, reading.capacity > 0 else { return nil }
    let used = reading.capacity - reading.available
    guard used * 100 >= reading.capacity * policy.highPercent else { return nil }
    return used - reading.capacity / 100 * policy.lowPercent
  }

  /// The images to remove, in order: those that were not used for the longest time first.
  /// - Parameter bytes: how much should go; `nil` for all that may.
  func choice(
    of images: [CollectableImage], freeing bytes: Int?, now: Timestamp
  ) -> [CollectableImage] {
    let removable = images.filter { image in
      guard !image.isPinned, !image.isUsed, image.hasSource, let record = records[image.id] else {
        return false
      }
      return record.firstSeen.distance(to: now) >= policy.ageMin
    }
    let ordered = removable.sorted { left, right in
      let (old, new) = (records[left.id], records[right.id])
      let times = (old?.lastUsed ?? Self.never, new?.lastUsed ?? Self.never)
      if times.0 != times.1 { return times.0 < times.1 }
      let sights = (old?.firstSeen ?? Self.never, new?.firstSeen ?? Self.never)
      if sights.0 != sights.1 { return sights.0 < sights.1 }
      return left.id < right.id
    }
    guard let bytes else { return ordered }
    var freed = 0
    return Array(
      ordered.prefix { image in
        defer { freed += image.byteCount }
        return freed < bytes
      })
  }
}
