/// Finds what a misspelt setting may have meant.
enum Spelling {
  /// The setting that differs in the fewest letters, if those are few.
  static func nearest(to key: String) -> String? {
    let candidates = (Setting.all.map(\.key) + ["config"]).map { ($0, distance(key, $0)) }
    guard let best = candidates.min(by: { $0.1 < $1.1 }), best.1 <= max(1, best.0.count / 3) else {
      return nil
    }
    return best.0
  }

  /// Letters to insert, delete or replace (Levenshtein).
  private static func distance(_ one: String, _ other: String) -> Int {
    let other = Array(other.utf8)
    var row = Array(0...other.count)
    for (index, letter) in one.utf8.prefix(64).enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in other.indices {
        let replaced = diagonal + (letter == other[column] ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, min(row[column], row[column + 1]) + 1)
      }
    }
    return row[other.count]
  }
}
