"""What the doctor looks at before step 1, one module per matter."""
