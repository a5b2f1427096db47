module millrace/benchmarks/go

go 1.21
