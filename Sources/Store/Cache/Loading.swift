/// Turns stored values into objects when a cache is filled.
struct Loading {
  /// How many values are read at once: their bytes are in memory twice for that long.
  static let pageCountMax = 500

  let prefix: Key
  let index: ObjectIndex?
  let labelSets: LabelSets

  struct Result {
    var objects: [CachedObject] = []
    var undecodable: [Key: String] = [:]

    mutating func append(_ other: Result) {
      objects.append(contentsOf: other.objects)
      undecodable.merge(other.undecodable) { $1 }
    }
  }

  func objects(of page: StoredPage) -> Result {
    var result = Result()
    result.objects.reserveCapacity(page.values.count)
    for value in page.values {
      do throws(StoredObjectError) {
        result.objects.append(
          try CachedObject(
            value, prefixByteCount: prefix.bytes.count, prepared: nil, index: index,
            labelSets: labelSets))
      } catch {
        result.undecodable[value.key] = "\(error)"
      }
    }
    return result
  }
}
