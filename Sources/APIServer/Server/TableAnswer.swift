import Foundations
import Networking
import Resources

/// Objects as a table of cells, which is what `kubectl get` asks for.
/// Source: Kubernetes API Concepts, "Receiving resources as Tables".
struct TableAnswer {
  private let call: APICall

  init(_ call: APICall) { self.call = call }

  func table(
    of objects: [Document], revision: Revision?, continue: String? = nil, remaining: Int? = nil
  ) -> Document {
    let definition = call.served.definition
    var metadata = Document.emptyObject
    if let revision { metadata["resourceVersion"] = Document(revision.description) }
    if let `continue` { metadata["continue"] = Document(`continue`) }
    if let remaining { metadata["remainingItemCount"] = Document(remaining) }
    let custom = call.served.custom?.columns
    let columns = (custom?.columns ?? TableCells.columns(of: definition)).map {
      column -> Document in
      [
        "name": Document(column.name), "type": Document(column.type),
        "format": Document(column.format), "description": Document(column.name),
        "priority": Document(column.priority),
      ]
    }
    let cells = TableCells(definition)
    let now = Timestamp.now()
    let versions = call.served.collection?.versions
    let rows = objects.map { object -> Document in
      // Cells are read from the stored version, whichever is shown.
      var row: Document = [
        "cells": Document(
          custom?.row(object, now: now)
            ?? cells.row(versions?.storedForm(of: object) ?? object, now: now))
      ]
      switch call.query["includeObject"] {
      case "None": break
      case "Object": row["object"] = object
      default: row["object"] = PartialMetadata.of(object)
      }
      return row
    }
    return [
      "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
      "columnDefinitions": Document(columns), "rows": Document(rows),
    ]
  }
}
