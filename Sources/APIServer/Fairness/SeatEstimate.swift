import Networking
import Resources

/// How many seats a request takes while it is served: a measure of the work that it makes.
///
/// A write takes one: its watchers cost it little here, so they do not count as they do upstream. A
/// list, and a watch that begins with the objects there are, weighs by the objects that it may go
/// through; so does deleting a collection, which upstream takes for one write.
/// Source: KEP-1040, "Width of requests"; upstream's list work estimator.
enum SeatEstimate {
  /// No request weighs more. Source: upstream's `MaximumListSeatsLimit`.
  static let seatsMax = 10
  private static let objectsPerSeat = 100

  /// Pure but for `count`, which is asked for where it matters.
  /// - Parameter count: stored objects of the kind; `nil` where they are not known.
  static func seats(_ verb: APICall.Verb, _ query: QueryItems, count: () -> Int?) -> Int {
    switch verb {
    case .get, .create, .update, .patch, .delete: return 1
    case .watch where !beginsWithObjects(query): return 1
    case .list, .watch, .deletecollection:
      if query["fieldSelector"]?.hasPrefix("metadata.name=") == true { return 1 }
      guard var objects = count() else { return 1 }
      if verb == .list, let limit = query["limit"].flatMap({ Int($0) }), limit > 0 {
        objects = min(objects, limit)
      }
      return min(max(1, (objects + objectsPerSeat - 1) / objectsPerSeat), seatsMax)
    }
  }

  private static func beginsWithObjects(_ query: QueryItems) -> Bool {
    let version = query["resourceVersion"] ?? ""
    return version.isEmpty || version == "0"
      || (query["sendInitialEvents"] != nil && query.isTrue("sendInitialEvents"))
  }
}
