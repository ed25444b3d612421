/// Rows of text whose columns stand below each other, and whose cells end in a comma: as upstream
/// dumps them, for people and for programs. Pure.
/// Source: upstream's `apf_controller_debug.go`: a tabwriter with cells of 8 bytes at least.
struct AlignedTable {
  private static let cellByteCountMin = 8
  private var rows: [[String]]

  init(_ columns: [String]) { rows = [columns] }

  mutating func add(_ row: [String]) { rows.append(row) }

  var text: String {
    let widths = (rows.first ?? []).indices.map { column in
      // The comma, and at least one space.
      max(Self.cellByteCountMin, (rows.map { $0[column].utf8.count }.max() ?? 0) + 2)
    }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        if column == row.count - 1 {
          line += cell
        } else {
          line += cell + "," + String(repeating: " ", count: widths[column] - cell.utf8.count - 1)
        }
      }
      return line + "\n"
    }.joined()
  }
}
