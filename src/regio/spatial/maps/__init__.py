"""Maps of classes (专题地图): from a column to classes, shares and shapes."""
