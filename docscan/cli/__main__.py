from docscan.cli import main

main()
