"""Everything that changes: one verb a public function, one transaction each."""
